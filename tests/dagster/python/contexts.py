"""Writes contexts as Dagster does, made by hypothesis: one line of JSON, and one that says what it holds.

`contexts.py generate COUNT SEED` prints two lines for each context; `contexts.py large MEGABYTES FILE` writes one file.
"""

import json
import sys

from held import tree
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

# Lone surrogates, and names that mean something to JavaScript or need an escape in JSON.
STRANGE = ["\ud800", "\udfff x", "__proto__", "constructor", "1", "", "\\", '"', "\u00df", "\u2028", "NaN"]
TEXT = st.text(st.characters(), max_size=12) | st.sampled_from(STRANGE)
LONG_INTEGERS = [2**53, 2**53 + 1, -(2**63), 2**70, 10**4299, 1 - 10**4300]
INTEGERS = st.integers() | st.integers(-(2**80), 2**80) | st.sampled_from(LONG_INTEGERS)
FLOATS = st.floats() | st.sampled_from([-0.0, 1e16, 1e22, 5e-324, 0.1 + 0.2, float("nan")])
LEAVES = st.none() | st.booleans() | INTEGERS | FLOATS | TEXT


def nested(args):
    depth, kind, leaf = args
    for _ in range(depth):
        leaf = [leaf] if kind == "list" else {"a": leaf}
    return leaf


DEEP = st.tuples(st.integers(100, 950), st.sampled_from(["list", "dict"]), LEAVES).map(nested)
JSON = DEEP | st.recursive(
    LEAVES, lambda part: st.lists(part, max_size=6) | st.dictionaries(TEXT, part, max_size=6), max_leaves=30
)
SPAN = st.none() | st.fixed_dictionaries({"start": TEXT, "end": TEXT})
PROVENANCE = st.none() | st.fixed_dictionaries(
    {
        "code_version": st.none() | TEXT,
        "input_data_versions": st.dictionaries(TEXT, TEXT, max_size=3),
        "is_user_provided": st.booleans(),
    }
)
CONTEXTS = st.fixed_dictionaries(
    {
        "asset_keys": st.none() | st.lists(TEXT, max_size=4),
        "code_version_by_asset_key": st.none() | st.dictionaries(TEXT, st.none() | TEXT, max_size=4),
        "provenance_by_asset_key": st.none() | st.dictionaries(TEXT, PROVENANCE, max_size=4),
        "partition_key": st.none() | TEXT,
        "partition_key_range": SPAN,
        "partition_time_window": SPAN,
        "run_id": TEXT,
        "job_name": st.none() | TEXT,
        "retry_number": st.integers(0, 100),
        "extras": JSON,
    },
    optional={"of_a_later_release": JSON},
)


def generate(count, start):
    @seed(start)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(CONTEXTS)
    def write(context):
        contexts.append(context)

    # Hypothesis keeps a limit of its own on the stack while it runs, which the deep ones would meet.
    contexts = []
    write()
    sys.setrecursionlimit(20_000)
    for context in contexts:
        print(json.dumps(context))
        print(json.dumps(tree(context)))


def large(megabytes, path):
    # A row is about 75 characters long.
    rows = [
        [i, i * 0.1, f"zeile \u00e4 {i}", {"even": i % 2 == 0, "none": None}]
        for i in range(megabytes * 1_000_000 // 74)
    ]
    text = json.dumps({"run_id": "7f3c", "asset_keys": ["a"], "extras": {"rows": rows}})
    special = json.dumps({"nan": float("nan"), "long": 2**70})
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    with open(path + ".special", "w", encoding="utf-8") as file:
        file.write(f"{text[:-2]}, {special[1:]}}}")


if sys.argv[1] == "generate":
    generate(int(sys.argv[2]), int(sys.argv[3]))
else:
    large(int(sys.argv[2]), sys.argv[3])
