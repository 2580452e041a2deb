#!/usr/bin/env bash
# In namespaces of its own (unshare --net --mount): a network with a "GitHub" in it, before and after the egress lock.
# LOCK: the rules. The doctor runs as another account than the agent's.
set -euo pipefail
AGENT_UID=10001
GITHUB=192.0.2.10

ip link set lo up
unshare --net sleep 60 &
away=$!
trap 'kill $away $listener 2>/dev/null || true' EXIT
sleep 0.3
ip link add hs0 type veth peer name hs1
ip link set hs1 netns "$away"
nsenter -t "$away" -n ip addr add "$GITHUB/24" dev hs1
nsenter -t "$away" -n ip link set hs1 up
ip addr add 192.0.2.1/24 dev hs0
ip link set hs0 up
hosts=$(mktemp)
printf '127.0.0.1 localhost\n%s github.com\n' "$GITHUB" >"$hosts"
mount --bind "$hosts" /etc/hosts
nsenter -t "$away" -n node -e "require('net').createServer((s) => s.end()).listen(443, '$GITHUB', () => console.log('up'))" >"$hosts.up" &
listener=$!
for _ in $(seq 100); do [ -s "$hosts.up" ] && break; sleep 0.1; done

export HOLDSHORT_EGRESS_PROBES=github.com:443
holdshort doctor --json || true
echo
echo '=== locked ==='
sed "s/\"holdshort-agent\"/$AGENT_UID/" "$LOCK" | nft -f -
holdshort doctor --json || true
setpriv --reuid "$AGENT_UID" --clear-groups "$(command -v node)" -e \
  "require('net').connect(443, '$GITHUB', () => { console.log('agent: reached'); process.exit() })"
rm -f "$hosts" "$hosts.up"
