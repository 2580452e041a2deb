#!/bin/bash
# EC2 user data: an agent for this instance, joining by the instance's IAM role (a join rule of method "aws-iam",
# docs/joining.md), without a token. Fill in the two addresses. The package is made by tools/package.mjs.
set -euo pipefail
CONTROL_PLANE=https://holdshort.example.com
PACKAGE=s3://example-artifacts/holdshort-0.1.0.tgz

# Node is fetched from the distribution before the lock below closes the way.
command -v node >/dev/null || dnf install -y nodejs24 nftables
work=$(mktemp -d)
aws s3 cp "$PACKAGE" "$work/holdshort.tgz"
npm install --global --offline "$work/holdshort.tgz"
modules=$(npm root --global)/holdshort/lib
install -d -m 0755 /opt/holdshort
install -m 0644 "$modules"/{agent,msk-signer,tracing}.mjs /opt/holdshort/
rm -rf "$work"

id holdshort-agent >/dev/null 2>&1 ||
  useradd --system --home-dir /var/lib/holdshort-agent --shell /usr/sbin/nologin holdshort-agent
install -d -m 0755 /etc/holdshort
cat >/etc/holdshort/agent.env <<SETTINGS
HOLDSHORT_JOIN_METHOD=aws-iam
HOLDSHORT_JOIN_URL=$CONTROL_PLANE
SETTINGS
cat >/etc/profile.d/holdshort.sh <<SETTINGS
export HOLDSHORT_CONTROL_PLANE_URL=$CONTROL_PLANE
SETTINGS

# deploy/systemd/holdshort-agent.service without the join token, from the image or the artifacts bucket.
aws s3 cp "${PACKAGE%/*}/holdshort-agent.service" - |
  sed -e '/^LoadCredential=/d' -e '/^Environment=HOLDSHORT_JOIN_TOKEN_FILE=/d' -e "s|/usr/bin/node|$(command -v node)|" \
    >/etc/systemd/system/holdshort-agent.service
aws s3 cp "${PACKAGE%/*}/egress-lock.nft" /etc/holdshort/egress-lock.nft
systemctl daemon-reload
systemctl enable --now holdshort-agent

# From here on only the agent gets out.
nft -c -f /etc/holdshort/egress-lock.nft
nft -f /etc/holdshort/egress-lock.nft
