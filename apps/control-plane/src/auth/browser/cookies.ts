import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PublicUrl } from '../../server/public-url.js';

export type CookieName = 'holdshort_session' | 'holdshort_login';

/**
 * The value of a cookie; undefined where it is absent, or there twice: then one of them was put there by somebody else
 * (RFC 6265, 4.1.2 lets a sibling domain do so), and which one counts must not be a guess.
 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}

/** Cookies that only this server reads, and only over https where people reach it so. */
@Injectable()
export class Cookies {
  constructor(private readonly url: PublicUrl) {}

  read(request: Request, name: CookieName): string | undefined {
    return readCookie(request.headers.cookie, this.nameOf(name));
  }

  /** Until the browser ends, or `seconds`. */
  write(response: Response, name: CookieName, value: string, seconds: number): void {
    response.append('Set-Cookie', `${this.nameOf(name)}=${value}; ${this.attributes}; Max-Age=${String(seconds)}`);
  }

  clear(response: Response, name: CookieName): void {
    response.append('Set-Cookie', `${this.nameOf(name)}=; ${this.attributes}; Max-Age=0`);
  }

  private get isSecure(): boolean {
    return this.url.value.startsWith('https:');
  }

  /** `__Host-`: no other host and no plain http can set it (RFC 6265bis, 4.1.3.2). */
  private nameOf(name: CookieName): string {
    return this.isSecure ? `__Host-${name}` : name;
  }

  private get attributes(): string {
    return `Path=/; HttpOnly; SameSite=Lax${this.isSecure ? '; Secure' : ''}`;
  }
}
