"""Loads the definitions of a copy of the example project with one `defs.yaml` that is wrong.

Each argument is its `attributes`. Prints for each how loading the definitions failed, or null.
"""

import json
import sys
import traceback
from pathlib import Path

from orders.definitions import defs as load_defs


def main():
    folder = Path("src/orders/defs/wrong")
    folder.mkdir()
    (folder / "script.ts").touch()
    answers = []
    for attributes in sys.argv[1:]:
        document = {
            "type": "orders.components.typescript_component.TypeScriptComponent",
            "attributes": json.loads(attributes),
        }
        # JSON is YAML.
        (folder / "defs.yaml").write_text(json.dumps(document, indent=2))
        try:
            load_defs()
            answers.append(None)
        except Exception:
            answers.append(traceback.format_exc())
    print("RESULT " + json.dumps(answers))


main()
