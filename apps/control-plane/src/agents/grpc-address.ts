import { Injectable } from '@nestjs/common';

/** Where agents reach this installation; known once the port is bound. */
@Injectable()
export class GrpcAddress {
  private address = '';

  /** host:port as join tokens name it. */
  get public(): string {
    return this.address;
  }

  set(host: string, port: number): void {
    this.address = `${host}:${String(port)}`;
  }
}
