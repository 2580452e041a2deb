output "web_dns_name" {
  value       = aws_lb.web.dns_name
  description = "Point public_host here."
}

output "agent_dns_name" {
  value       = aws_lb.agents.dns_name
  description = "Point agent_host here; agents dial it on 7401 and 7405."
}

output "secrets_to_fill" {
  value       = [for secret in aws_secretsmanager_secret.own : secret.name]
  description = "Put their values in by `aws secretsmanager put-secret-value`, then let the services start anew."
}

output "kafka_bootstrap_brokers" {
  value       = aws_msk_cluster.this.bootstrap_brokers_sasl_iam
  description = "For `holdshort admin kafka init` with HOLDSHORT_KAFKA_SASL=aws-iam."
}
