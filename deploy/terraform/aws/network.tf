resource "aws_security_group" "web" {
  name        = "${var.name}-web"
  description = "Load balancer for people"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "agents" {
  name        = "${var.name}-agents-lb"
  description = "Load balancer for agents"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "tasks" {
  name        = "${var.name}-tasks"
  description = "Control plane and ingest"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "database" {
  name        = "${var.name}-database"
  description = "PostgreSQL"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "kafka" {
  name        = "${var.name}-kafka"
  description = "Kafka"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "spool" {
  name        = "${var.name}-spool"
  description = "Spools of the control plane"
  vpc_id      = var.vpc_id
}

locals {
  # Who may reach whom, by port. Everything else is closed.
  ways = {
    web_http       = { from = aws_security_group.web.id, to = aws_security_group.tasks.id, port = 7400 }
    agents_grpc    = { from = aws_security_group.agents.id, to = aws_security_group.tasks.id, port = 7401 }
    agents_relay   = { from = aws_security_group.agents.id, to = aws_security_group.tasks.id, port = 7405 }
    tasks_database = { from = aws_security_group.tasks.id, to = aws_security_group.database.id, port = 5432 }
    tasks_kafka    = { from = aws_security_group.tasks.id, to = aws_security_group.kafka.id, port = 9098 }
    tasks_spool    = { from = aws_security_group.tasks.id, to = aws_security_group.spool.id, port = 2049 }
  }
}

resource "aws_vpc_security_group_egress_rule" "way" {
  for_each                     = local.ways
  security_group_id            = each.value.from
  referenced_security_group_id = each.value.to
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_ingress_rule" "way" {
  for_each                     = local.ways
  security_group_id            = each.value.to
  referenced_security_group_id = each.value.from
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "tasks_out" {
  security_group_id = aws_security_group.tasks.id
  description       = "GitHub, identity provider, AWS"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "people" {
  for_each          = toset(var.web_cidrs)
  security_group_id = aws_security_group.web.id
  description       = "People"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = each.value
}

resource "aws_vpc_security_group_ingress_rule" "agents" {
  for_each                     = { for pair in setproduct(var.agent_security_group_ids, [7401, 7405]) : "${pair[0]}-${pair[1]}" => pair }
  security_group_id            = aws_security_group.agents.id
  referenced_security_group_id = each.value[0]
  description                  = "Agents"
  ip_protocol                  = "tcp"
  from_port                    = each.value[1]
  to_port                      = each.value[1]
}

resource "aws_lb" "web" {
  name                       = "${var.name}-web"
  internal                   = true
  load_balancer_type         = "application"
  security_groups            = [aws_security_group.web.id]
  subnets                    = var.private_subnet_ids
  drop_invalid_header_fields = true
  idle_timeout               = 120
}

resource "aws_lb_target_group" "web" {
  name        = "${var.name}-web"
  vpc_id      = var.vpc_id
  port        = 7400
  protocol    = "HTTP"
  target_type = "ip"
  health_check {
    path    = "/readyz"
    matcher = "200"
  }
}

resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

# TCP as it is: agents show their certificates to the processes behind it.
resource "aws_lb" "agents" {
  name                             = "${var.name}-agents"
  internal                         = true
  load_balancer_type               = "network"
  security_groups                  = [aws_security_group.agents.id]
  subnets                          = var.private_subnet_ids
  enable_cross_zone_load_balancing = true
}

resource "aws_lb_target_group" "agents" {
  for_each    = { grpc = 7401, relay = 7405 }
  name        = "${var.name}-${each.key}"
  vpc_id      = var.vpc_id
  port        = each.value
  protocol    = "TCP"
  target_type = "ip"
}

resource "aws_lb_listener" "agents" {
  for_each          = aws_lb_target_group.agents
  load_balancer_arn = aws_lb.agents.arn
  port              = each.value.port
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = each.value.arn
  }
}
