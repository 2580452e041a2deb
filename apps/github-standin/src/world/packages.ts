/** One container image: its manifests and tags, and the blobs that were pushed to it. */
export interface Package {
  manifests: Map<string, { type: string; bytes: Buffer }>;
  /** Tag to digest. */
  tags: Map<string, string>;
  blobs: Set<string>;
}

/** The images of ghcr.io by `owner/image`; blobs themselves are files. */
export class Packages {
  readonly #images = new Map<string, Package>();
  /** Upload id to the image that it is for. */
  readonly uploads = new Map<string, string>();

  find(name: string): Package | undefined {
    return this.#images.get(name);
  }

  /** Finds or makes an image: ghcr.io makes it at its first push. */
  image(name: string): Package {
    const known = this.#images.get(name) ?? { manifests: new Map(), tags: new Map(), blobs: new Set() };
    this.#images.set(name, known);
    return known;
  }
}
