# Example: workspaces reach the agents and the control plane, agents reach GitHub. A security group knows addresses, not
# names: where the agents' way out has to be GitHub alone, put AWS Network Firewall with a list of domains behind it.
terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60"
    }
  }
}

variable "vpc_id" {
  type        = string
  description = "VPC of workspaces and agents."
}

variable "control_plane_security_group_id" {
  type        = string
  description = "Security group of the control plane's load balancer."
}

resource "aws_security_group" "workspaces" {
  name        = "holdshort-workspaces"
  description = "Workspaces of assistants: no way out but through an agent"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "agents" {
  name        = "holdshort-agents"
  description = "Holdshort agents"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "workspaces_to_agents" {
  security_group_id            = aws_security_group.workspaces.id
  referenced_security_group_id = aws_security_group.agents.id
  description                  = "Proxy, endpoint, health"
  ip_protocol                  = "tcp"
  from_port                    = 7402
  to_port                      = 7404
}

resource "aws_vpc_security_group_ingress_rule" "agents_from_workspaces" {
  security_group_id            = aws_security_group.agents.id
  referenced_security_group_id = aws_security_group.workspaces.id
  description                  = "Proxy, endpoint, health"
  ip_protocol                  = "tcp"
  from_port                    = 7402
  to_port                      = 7404
}

resource "aws_vpc_security_group_egress_rule" "workspaces_to_control_plane" {
  security_group_id            = aws_security_group.workspaces.id
  referenced_security_group_id = var.control_plane_security_group_id
  description                  = "holdshort login, run, doctor"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "agents_to_control_plane" {
  security_group_id            = aws_security_group.agents.id
  referenced_security_group_id = var.control_plane_security_group_id
  description                  = "gRPC and relay"
  ip_protocol                  = "tcp"
  from_port                    = 7401
  to_port                      = 7405
}

resource "aws_vpc_security_group_egress_rule" "agents_to_github" {
  security_group_id = aws_security_group.agents.id
  description       = "GitHub"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}
