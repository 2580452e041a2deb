data "aws_iam_policy_document" "ecs_tasks" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

locals {
  kafka_arn    = "arn:${data.aws_partition.this.partition}:kafka:${local.region}:${local.account}"
  cluster_path = "${aws_msk_cluster.this.cluster_name}/${aws_msk_cluster.this.cluster_uuid}"
  topics       = "${local.kafka_arn}:topic/${local.cluster_path}/holdshort.audit.*"
  secret_arns = {
    "control-plane" = [for name in keys(local.control_plane_files) : aws_secretsmanager_secret.own[name].arn]
    "audit-ingest"  = [for name in keys(local.ingest_files) : aws_secretsmanager_secret.own[name].arn]
  }
  # Beside connecting: what each does with the topics.
  kafka_actions = {
    "control-plane" = ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"]
    "audit-ingest"  = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData", "kafka-cluster:WriteData"]
  }
}

# What ECS does before the task runs: its image, its secrets, its log.
resource "aws_iam_role" "execution" {
  for_each           = local.secret_arns
  name               = "${var.name}-${each.key}-execution"
  assume_role_policy = data.aws_iam_policy_document.ecs_tasks.json
}

data "aws_iam_policy_document" "execution" {
  for_each = local.secret_arns
  statement {
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }
  statement {
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]
    resources = ["arn:${data.aws_partition.this.partition}:ecr:${local.region}:${local.account}:repository/*"]
  }
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this[each.key].arn}:*"]
  }
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = concat(each.value, [aws_secretsmanager_secret.database_url.arn])
  }
  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.this.arn]
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${local.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "execution" {
  for_each = local.secret_arns
  name     = "execution"
  role     = aws_iam_role.execution[each.key].id
  policy   = data.aws_iam_policy_document.execution[each.key].json
}

# What the processes themselves may do: Kafka, and the control plane its spool.
resource "aws_iam_role" "task" {
  for_each           = local.kafka_actions
  name               = "${var.name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.ecs_tasks.json
}

data "aws_iam_policy_document" "task" {
  for_each = local.kafka_actions
  statement {
    actions   = ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster", "kafka-cluster:WriteDataIdempotently"]
    resources = [aws_msk_cluster.this.arn]
  }
  statement {
    actions   = each.value
    resources = [local.topics]
  }
  dynamic "statement" {
    for_each = each.key == "audit-ingest" ? [1] : []
    content {
      actions   = ["kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup"]
      resources = ["${local.kafka_arn}:group/${local.cluster_path}/holdshort-audit-ingest"]
    }
  }
  dynamic "statement" {
    for_each = each.key == "control-plane" ? [1] : []
    content {
      actions   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
      resources = [aws_efs_file_system.spool.arn]
      condition {
        test     = "StringEquals"
        variable = "elasticfilesystem:AccessPointArn"
        values   = [for point in aws_efs_access_point.spool : point.arn]
      }
    }
  }
}

resource "aws_iam_role_policy" "task" {
  for_each = local.kafka_actions
  name     = "task"
  role     = aws_iam_role.task[each.key].id
  policy   = data.aws_iam_policy_document.task[each.key].json
}
