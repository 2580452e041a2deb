import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Metadata } from '@grpc/grpc-js';
import type { agentV1 } from '@holdshort/contracts';
import { peerOf } from '../access/peer.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { EnrolmentService } from './enrolment.service.js';

@Controller()
export class EnrolmentGrpc {
  constructor(
    private readonly enrolments: EnrolmentService,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {}

  @GrpcMethod('EnrolmentService', 'Enrol')
  async enrol(request: agentV1.EnrolRequest, _metadata: Metadata, call: object): Promise<agentV1.EnrolResponse> {
    const { certificateRequest, host, agentVersion } = request;
    const enrolment = await this.enrolments.enrol(peerOf(call).id, { certificateRequest, host, version: agentVersion });
    return {
      agentId: enrolment.agentId,
      workspace: enrolment.workspace,
      tenant: this.settings.tenant,
      certificateChain: enrolment.chain,
      trustBundle: enrolment.trustBundle,
    };
  }

  @GrpcMethod('EnrolmentService', 'RenewCertificate')
  async renew(
    request: agentV1.RenewCertificateRequest,
    _metadata: Metadata,
    call: object,
  ): Promise<agentV1.RenewCertificateResponse> {
    const signed = await this.enrolments.renew(peerOf(call).id, request.certificateRequest);
    return { certificateChain: signed.chain, trustBundle: signed.trustBundle };
  }
}
