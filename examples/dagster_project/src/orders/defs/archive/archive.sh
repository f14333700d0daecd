# What it prints to stdout is logged, and what it prints to stderr is a warning.
set -euo pipefail

orders=data/orders.jsonl
echo "Packing $(awk 'END { print NR }' "$orders") orders at level $LEVEL"
gzip "-$LEVEL" --stdout "$orders" >"$orders.gz"
echo "Packed them into $orders.gz"
