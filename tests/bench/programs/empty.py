# What Python costs before a script does anything.
