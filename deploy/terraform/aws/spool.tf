# Each replica of the control plane has a spool of its own, for one process at a time: an access point and a service each.
resource "aws_efs_file_system" "spool" {
  creation_token = "${var.name}-spool"
  encrypted      = true
  kms_key_id     = aws_kms_key.this.arn
  tags = {
    Name = "${var.name}-spool"
  }
}

resource "aws_efs_mount_target" "spool" {
  count           = length(var.private_subnet_ids)
  file_system_id  = aws_efs_file_system.spool.id
  subnet_id       = var.private_subnet_ids[count.index]
  security_groups = [aws_security_group.spool.id]
}

resource "aws_efs_access_point" "spool" {
  for_each       = local.replicas
  file_system_id = aws_efs_file_system.spool.id
  posix_user {
    uid = 10001
    gid = 10001
  }
  root_directory {
    path = "/replica-${each.key}"
    creation_info {
      owner_uid   = 10001
      owner_gid   = 10001
      permissions = "0700"
    }
  }
}
