"""Says what a Python value is, exactly, in JSON: the class of every part, and numbers as text."""

from collections.abc import Mapping


def tree(value):
    """The value as JSON with nothing lost: `3` and `3.0` differ, and so do a list and a tuple."""
    name = type(value).__name__
    if value is None:
        return {"py": "None"}
    if isinstance(value, (bool, int, float)):
        return {"py": name, "text": repr(value)}
    if isinstance(value, str):
        return {"py": name, "text": str(value)}
    if isinstance(value, Mapping):
        return {"py": "dict", "entries": [[tree(k), tree(v)] for k, v in value.items()]}
    if isinstance(value, (list, set, frozenset)) or type(value) is tuple:
        return {"py": name, "items": [tree(item) for item in value]}
    return {"py": name, "fields": {field: tree(part) for field, part in _fields(value)}}


def _fields(value):
    """The public fields of one of Dagster's records, which are named tuples or pydantic-like."""
    names = getattr(value, "_fields", None) or getattr(value, "__annotations__", {})
    return [(name, getattr(value, name)) for name in names if not name.startswith("_")]


def _shown(value):
    """The `repr` of a value. Before 1.12, Dagster calls two of the fields by other names."""
    text = repr(value).replace("MetadataValue(column_lineage=", "MetadataValue(lineage=")
    for name in ("Path", "Notebook"):
        text = text.replace(f"{name}MetadataValue(path=", f"{name}MetadataValue(fspath=")
    return text


def described(metadata):
    """One entry for each metadata value: its class, its repr, and the tree of what it holds."""
    return {
        label: {"class": type(value).__name__, "repr": _shown(value), "tree": tree(value)}
        for label, value in (metadata or {}).items()
    }
