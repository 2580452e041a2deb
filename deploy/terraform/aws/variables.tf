variable "name" {
  type        = string
  default     = "holdshort"
  description = "Prefix of everything that is made."
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,24}$", var.name))
    error_message = "Lower case, digits and dashes, 25 at most."
  }
}

variable "vpc_id" {
  type        = string
  description = "VPC to run in."
}

variable "private_subnet_ids" {
  type        = list(string)
  description = "Private subnets in at least two zones, with a way out to GitHub and the identity provider by NAT."
  validation {
    condition     = length(var.private_subnet_ids) >= 2
    error_message = "At least two subnets, in two zones."
  }
}

variable "agent_security_group_ids" {
  type        = list(string)
  description = "Security groups of the agents; see deploy/egress/security-groups.tf."
}

variable "web_cidrs" {
  type        = list(string)
  description = "From where people reach the console: your network, never 0.0.0.0/0."
  validation {
    condition     = !contains(var.web_cidrs, "0.0.0.0/0")
    error_message = "The console is not for the internet."
  }
}

variable "certificate_arn" {
  type        = string
  description = "ACM certificate of public_host."
}

variable "public_host" {
  type        = string
  description = "Name by which people reach the control plane: holdshort.example.com; point it at the output web_dns_name."
}

variable "agent_host" {
  type        = string
  description = "Name by which agents reach gRPC and relay: agents.holdshort.example.com; point it at the output agent_dns_name."
}

variable "image" {
  type        = string
  description = "Image of control plane and ingest with its digest: ACCOUNT.dkr.ecr.REGION.amazonaws.com/holdshort@sha256:..."
  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "Name the image by its digest."
  }
}

variable "oidc_issuer" {
  type        = string
  description = "Issuer of your OpenID provider."
}

variable "oidc_client_id" {
  type        = string
  description = "Client id there."
}

variable "github_app_id" {
  type        = string
  description = "Number of the GitHub App."
}

variable "settings" {
  type        = map(string)
  default     = {}
  description = "Further settings of the control plane (docs/reference/settings.md); never a secret."
}

variable "control_plane_replicas" {
  type    = number
  default = 2
}

variable "ingest_replicas" {
  type    = number
  default = 2
}

variable "database_instance_class" {
  type    = string
  default = "db.m7g.large"
}

variable "database_storage_gib" {
  type        = number
  default     = 200
  description = "To begin with; grows by itself to ten times of it. See docs/operations.md, \"How large\"."
}

variable "kafka_instance_type" {
  type    = string
  default = "kafka.m7g.large"
}

variable "kafka_storage_gib" {
  type    = number
  default = 100
}
