locals {
  replicas = toset([for n in range(var.control_plane_replicas) : tostring(n)])
  files    = "/run/holdshort-secrets"

  kafka = {
    HOLDSHORT_KAFKA_BROKERS    = aws_msk_cluster.this.bootstrap_brokers_sasl_iam
    HOLDSHORT_KAFKA_SASL       = "aws-iam"
    HOLDSHORT_KAFKA_AWS_REGION = local.region
  }

  control_plane_settings = merge(local.kafka, {
    HOLDSHORT_HTTP_HOST      = "0.0.0.0"
    HOLDSHORT_GRPC_HOST      = "0.0.0.0"
    HOLDSHORT_GRPC_NAMES     = var.agent_host
    HOLDSHORT_PUBLIC_URL     = "https://${var.public_host}"
    HOLDSHORT_SPOOL_DIR      = "/var/lib/holdshort"
    HOLDSHORT_OIDC_ISSUER    = var.oidc_issuer
    HOLDSHORT_OIDC_CLIENT_ID = var.oidc_client_id
    HOLDSHORT_GITHUB_APP_ID  = var.github_app_id
    HOLDSHORT_RELAY_ADDRESS  = "${var.agent_host}:7405"
  }, { for secret, setting in local.control_plane_files : setting => "${local.files}/${secret}" }, var.settings)

  ingest_settings = merge(local.kafka, {
    HOLDSHORT_RELAY_HOST         = "0.0.0.0"
    HOLDSHORT_RELAY_PORT         = "7405"
    HOLDSHORT_INGEST_HEALTH_PORT = "7406"
  }, { for secret, setting in local.ingest_files : setting => "${local.files}/${secret}" })

  # ECS hands secrets over as variables only; the processes read files.
  write_files = "for (const [name, file] of Object.entries(JSON.parse(process.env.FILES))) require('fs').writeFileSync(file, process.env[name], { mode: 0o400 })"
}

resource "aws_ecs_cluster" "this" {
  name = var.name
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

locals {
  parts = {
    "control-plane" = {
      files   = local.control_plane_files
      command = ["node", "apps/control-plane/dist/main.js"]
      env     = local.control_plane_settings
      secrets = { HOLDSHORT_DATABASE_URL = aws_secretsmanager_secret.database_url.arn, HOLDSHORT_AUDIT_DATABASE_URL = aws_secretsmanager_secret.database_url.arn }
      ports   = [7400, 7401]
      health  = "http://127.0.0.1:7400/healthz"
    }
    "audit-ingest" = {
      files   = local.ingest_files
      command = ["node", "apps/audit-ingest/dist/main.js"]
      env     = local.ingest_settings
      secrets = { HOLDSHORT_AUDIT_DATABASE_URL = aws_secretsmanager_secret.database_url.arn }
      ports   = [7405]
      health  = "http://127.0.0.1:7406/healthz"
    }
  }

  containers = { for part, it in local.parts : part => [
    {
      name                   = "secrets"
      image                  = var.image
      essential              = false
      user                   = "10001:10001"
      readonlyRootFilesystem = true
      command                = ["node", "-e", local.write_files]
      environment            = [{ name = "FILES", value = jsonencode({ for n, secret in sort(keys(it.files)) : "SECRET_${n}" => "${local.files}/${secret}" }) }]
      secrets                = [for n, secret in sort(keys(it.files)) : { name = "SECRET_${n}", valueFrom = aws_secretsmanager_secret.own[secret].arn }]
      mountPoints            = [{ sourceVolume = "secrets", containerPath = local.files, readOnly = false }]
      logConfiguration       = local.logs[part]
    },
    {
      name                   = part
      image                  = var.image
      essential              = true
      user                   = "10001:10001"
      readonlyRootFilesystem = true
      command                = it.command
      dependsOn              = [{ containerName = "secrets", condition = "SUCCESS" }]
      environment            = [for name, value in it.env : { name = name, value = value }]
      secrets                = [for name, arn in it.secrets : { name = name, valueFrom = arn }]
      portMappings           = [for port in it.ports : { containerPort = port, protocol = "tcp" }]
      healthCheck = {
        command     = ["CMD", "node", "-e", "fetch('${it.health}').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
        interval    = 15
        timeout     = 5
        retries     = 3
        startPeriod = 120
      }
      mountPoints = concat(
        [{ sourceVolume = "secrets", containerPath = local.files, readOnly = true }],
        part == "control-plane" ? [{ sourceVolume = "spool", containerPath = "/var/lib/holdshort", readOnly = false }] : [],
      )
      linuxParameters  = { capabilities = { drop = ["ALL"] }, initProcessEnabled = true }
      logConfiguration = local.logs[part]
    },
  ] }

  logs = { for part in ["control-plane", "audit-ingest"] : part => {
    logDriver = "awslogs"
    options = {
      awslogs-group         = aws_cloudwatch_log_group.this[part].name
      awslogs-region        = local.region
      awslogs-stream-prefix = part
    }
  } }
}

resource "aws_ecs_task_definition" "control_plane" {
  for_each                 = local.replicas
  family                   = "${var.name}-control-plane-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 1024
  memory                   = 2048
  execution_role_arn       = aws_iam_role.execution["control-plane"].arn
  task_role_arn            = aws_iam_role.task["control-plane"].arn
  container_definitions    = jsonencode(local.containers["control-plane"])
  volume {
    name = "secrets"
  }
  volume {
    name = "spool"
    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.spool.id
      transit_encryption = "ENABLED"
      authorization_config {
        access_point_id = aws_efs_access_point.spool[each.key].id
        iam             = "ENABLED"
      }
    }
  }
}

resource "aws_ecs_service" "control_plane" {
  for_each        = local.replicas
  name            = "control-plane-${each.key}"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.control_plane[each.key].arn
  launch_type     = "FARGATE"
  desired_count   = 1
  # The old task goes before the new one comes: a spool has one process.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100
  health_check_grace_period_seconds  = 300
  network_configuration {
    subnets         = var.private_subnet_ids
    security_groups = [aws_security_group.tasks.id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "control-plane"
    container_port   = 7400
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.agents["grpc"].arn
    container_name   = "control-plane"
    container_port   = 7401
  }
  depends_on = [aws_lb_listener.web, aws_lb_listener.agents, aws_efs_mount_target.spool]
}

resource "aws_ecs_task_definition" "audit_ingest" {
  family                   = "${var.name}-audit-ingest"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  execution_role_arn       = aws_iam_role.execution["audit-ingest"].arn
  task_role_arn            = aws_iam_role.task["audit-ingest"].arn
  container_definitions    = jsonencode(local.containers["audit-ingest"])
  volume {
    name = "secrets"
  }
}

resource "aws_ecs_service" "audit_ingest" {
  name                              = "audit-ingest"
  cluster                           = aws_ecs_cluster.this.id
  task_definition                   = aws_ecs_task_definition.audit_ingest.arn
  launch_type                       = "FARGATE"
  desired_count                     = var.ingest_replicas
  health_check_grace_period_seconds = 300
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  network_configuration {
    subnets         = var.private_subnet_ids
    security_groups = [aws_security_group.tasks.id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.agents["relay"].arn
    container_name   = "audit-ingest"
    container_port   = 7405
  }
  depends_on = [aws_lb_listener.agents]
}
