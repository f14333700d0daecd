"""Runs stand-ins for S3 (with CloudWatch) and Google Cloud Storage until its standard input ends."""

import json
import logging
import sys

from gcp_storage_emulator.server import create_server
from moto.server import ThreadedMotoServer


def main():
    for name in ("werkzeug", "gcp_storage_emulator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    s3 = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    s3.start()
    host, port = s3.get_host_and_port()
    gcs_port = int(sys.argv[1])
    gcs = create_server("127.0.0.1", gcs_port, in_memory=True, default_bucket="pipes")
    gcs.start()
    print(json.dumps({"s3": f"http://{host}:{port}", "gcs": f"http://127.0.0.1:{gcs_port}"}), flush=True)
    sys.stdin.read()
    gcs.stop()
    s3.stop()


main()
