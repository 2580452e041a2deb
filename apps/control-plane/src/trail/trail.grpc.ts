import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Metadata } from '@grpc/grpc-js';
import { canonicalJson } from '@holdshort/audit-events';
import type { agentV1 } from '@holdshort/contracts';
import { peerOf } from '../access/peer.js';
import { HeadsService } from './heads.service.js';
import { AuditKeysService } from './keys/audit-keys.service.js';

@Controller()
export class TrailGrpc {
  constructor(
    private readonly keys: AuditKeysService,
    private readonly heads: HeadsService,
  ) {}

  @GrpcMethod('TrailService', 'CertifyKey')
  async certify(
    request: agentV1.CertifyKeyRequest,
    _metadata: Metadata,
    call: object,
  ): Promise<agentV1.CertifyKeyResponse> {
    const certificate = await this.keys.certify(peerOf(call).id, request.publicKey, request.proof);
    return { certificate: canonicalJson(certificate) };
  }

  @GrpcMethod('TrailService', 'CountersignHead')
  async countersign(
    request: agentV1.CountersignHeadRequest,
    _metadata: Metadata,
    call: object,
  ): Promise<agentV1.CountersignHeadResponse> {
    return { head: canonicalJson(await this.heads.countersign(peerOf(call).id, request.checkpoint)) };
  }
}
