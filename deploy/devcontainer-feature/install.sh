#!/bin/sh
# Installs the package and a start script; runs as root while the container is built. Options come as variables in capitals.
set -eu
PACKAGE=${PACKAGE:-}
SHA256=${SHA256:-}
CONTROLPLANE=${CONTROLPLANE:-}
PREFIX=${HOLDSHORT_FEATURE_PREFIX:-/usr/local}
STATE=${HOLDSHORT_FEATURE_STATE:-/var/lib/holdshort}

fail() {
  echo "holdshort feature: $1" >&2
  exit 1
}

command -v npm >/dev/null || fail 'Node 22.19 or newer with npm is needed; add the feature "node".'
case $CONTROLPLANE in
  https://*) ;;
  *) fail 'the option controlPlane has to be an https address.' ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $PACKAGE in
  '')
    set -- "$(dirname "$0")"/holdshort-*.tgz
    [ -f "$1" ] || fail 'there is no holdshort-*.tgz beside install.sh; set the option package.'
    cp "$1" "$work/holdshort.tgz"
    ;;
  https://*)
    [ -n "$SHA256" ] || fail 'a package that comes by URL needs the option sha256.'
    curl -fsSL --proto '=https' "$PACKAGE" -o "$work/holdshort.tgz"
    ;;
  *) cp "$PACKAGE" "$work/holdshort.tgz" ;;
esac
if [ -n "$SHA256" ]; then
  echo "$SHA256  $work/holdshort.tgz" | sha256sum -c - >/dev/null || fail 'the package has another SHA-256.'
fi
npm install --global --offline --prefix "$PREFIX" "$work/holdshort.tgz"

# The state outlives the container: events that are not yet delivered lie there.
install -d -m 0700 -o "${_REMOTE_USER:-$(id -un)}" "$STATE"
install -d "$PREFIX/bin"
cat >"$PREFIX/bin/holdshort-start" <<SCRIPT
#!/bin/sh
# Starts the agent when the container starts; the first time with the join token in HOLDSHORT_JOIN_TOKEN.
set -eu
if [ -n "\${HOLDSHORT_JOIN_TOKEN:-}" ]; then
  umask 077
  printf '%s\n' "\$HOLDSHORT_JOIN_TOKEN" >"\${HOLDSHORT_HOME:-$STATE}/join-token"
  set -- --join-token-file "\${HOLDSHORT_HOME:-$STATE}/join-token"
fi
exec holdshort agent start --control-plane '$CONTROLPLANE' "\$@"
SCRIPT
chmod 0755 "$PREFIX/bin/holdshort-start"
