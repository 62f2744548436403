"""What pii-mask does with pii.json, as one would write it in Python: three HMAC-SHA-256 fields of each row.

    python3 mask.py KEYFILE < rows.ndjson
"""

import hmac
import json
import sys

key = open(sys.argv[1], "rb").read()
for line in sys.stdin:
    row = json.loads(line)
    contact = row["contact"]
    for name in ("name", "email", "phone"):
        text = ("contact." + name + "\0" + contact[name]).encode()
        contact[name] = hmac.digest(key, text, "sha256").hex()
    sys.stdout.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
