# No program here uses Pipes. Their stdout is logged, and their stderr is a warning.
# `dagsterpipes report` reports the materialization and the check.
set -euo pipefail

orders=data/orders.jsonl
packed=$orders.gz

# Prints what psql would: SELECT product, count(*) AS orders FROM orders GROUP BY product
sed 's/.*"product":"\([^"]*\)".*/\1/' "$orders" | sort | uniq -c | awk '
  BEGIN { print " product       | orders"; print "---------------+--------" }
  { count = $1; $1 = ""; printf "%-14s | %6d\n", $0, count }
  END { printf "(%d rows)\n", NR }'

gzip "-$LEVEL" --stdout "$orders" >"$packed"
dagsterpipes report materialization \
  --metadata "rows:int=$(awk 'END { print NR }' "$orders")" \
  --metadata "bytes:int=$(($(wc -c <"$packed")))" \
  --metadata "file:path=$packed"

if gzip --decompress --stdout "$packed" | cmp - "$orders"; then unpacks=true; else unpacks=false; fi
dagsterpipes report check --name unpacks --passed "$unpacks"
