// What a runtime costs before a script does anything.
