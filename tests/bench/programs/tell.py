import json
import re


def tell(seconds: float) -> None:
    """Tells the bench how long the measured part took, and the most memory that this process ever held."""
    with open("/proc/self/status") as status:
        memory = int(re.search(r"VmHWM:\s*(\d+)", status.read())[1]) / 1024
    print(json.dumps({"ms": seconds * 1000, "memory": memory}))
