import { ViewScan, type ViewResult } from '../engine/view-scan.js';
import { Utf16Decoder, utf16Order } from './utf16.js';

/** Bytes that tell UTF-16. */
const SNIFFED = 4;

/** Reads a content that begins as UTF-16 in its decoded form; reads nothing of any other. */
export class DecodedView {
  private head = Buffer.alloc(0);
  private sniffed = false;
  private decoder: Utf16Decoder | undefined;
  private scan: ViewScan | undefined;

  constructor(private readonly begin: (firstLine: number) => ViewScan) {}

  push(chunk: Uint8Array): void {
    if (this.sniffed) {
      this.feed(chunk);
      return;
    }
    this.head = Buffer.concat([this.head, chunk]);
    if (this.head.length >= SNIFFED) this.sniff();
  }

  end(): ViewResult | undefined {
    if (!this.sniffed) this.sniff();
    return this.scan?.end();
  }

  private sniff(): void {
    this.sniffed = true;
    const order = utf16Order(this.head);
    if (!order) return;
    this.decoder = new Utf16Decoder(order);
    this.scan = this.begin(1);
    this.feed(this.head);
    this.head = Buffer.alloc(0);
  }

  private feed(chunk: Uint8Array): void {
    if (this.decoder) this.scan?.push(this.decoder.decode(chunk));
  }
}
