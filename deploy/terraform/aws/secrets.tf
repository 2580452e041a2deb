# Values are put in by you, after the first apply; no private key of yours goes through Terraform's state:
#   aws secretsmanager put-secret-value --secret-id holdshort/agent-ca.key --secret-string file://agent-ca.key
locals {
  # secret -> setting that names its file
  control_plane_files = {
    "agent-ca.pem"       = "HOLDSHORT_AGENT_CA_CERT_FILE"
    "agent-ca.key"       = "HOLDSHORT_AGENT_CA_KEY_FILE"
    "oidc-client-secret" = "HOLDSHORT_OIDC_CLIENT_SECRET_FILE"
    "github-app.pem"     = "HOLDSHORT_GITHUB_APP_KEY_FILE"
    "secrets-key"        = "HOLDSHORT_SECRETS_KEY_FILE"
  }
  ingest_files = {
    "agent-ca.pem" = "HOLDSHORT_AGENT_CA_CERT_FILE"
    "relay.pem"    = "HOLDSHORT_RELAY_CERT_FILE"
    "relay.key"    = "HOLDSHORT_RELAY_KEY_FILE"
  }
  own_secrets = toset(concat(keys(local.control_plane_files), keys(local.ingest_files)))
}

resource "aws_secretsmanager_secret" "own" {
  for_each                = local.own_secrets
  name                    = "${var.name}/${each.key}"
  kms_key_id              = aws_kms_key.this.arn
  recovery_window_in_days = 30
}

resource "random_password" "database" {
  length  = 40
  special = false
}

resource "aws_secretsmanager_secret" "database_url" {
  name                    = "${var.name}/database-url"
  kms_key_id              = aws_kms_key.this.arn
  recovery_window_in_days = 30
}

resource "aws_secretsmanager_secret_version" "database_url" {
  secret_id     = aws_secretsmanager_secret.database_url.id
  secret_string = "postgresql://holdshort:${random_password.database.result}@${aws_db_instance.this.endpoint}/holdshort?sslmode=require"
}
