"""What pii-mask does with mask.json, as one would write it in Python: three HMAC-SHA-256 fields of each row.

    python3 mask.py KEYFILE ROWS.ndjson
"""

import hmac
import json
import sys

with open(sys.argv[1], "rb") as file:
    key = file.read()
with open(sys.argv[2], encoding="utf-8") as rows:
    for line in rows:
        row = json.loads(line)
        contact = row["contact"]
        for name in ("name", "email", "phone"):
            text = ("contact." + name + "\0" + contact[name]).encode()
            contact[name] = hmac.digest(key, text, "sha256").hex()
        sys.stdout.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
