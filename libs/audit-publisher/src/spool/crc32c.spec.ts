import { crc32c } from './crc32c.js';

// RFC 3720 appendix B.4, and the check value of the CRC catalogue.
test.each([
  [Buffer.from('123456789'), 0xe3069283],
  [Buffer.alloc(32), 0x8a9136aa],
  [Buffer.alloc(32, 0xff), 0x62a8ab43],
  [Buffer.from(Array.from({ length: 32 }, (_, n) => n)), 0x46dd794e],
])('CRC-32C of a published vector', (data, expected) => {
  expect(crc32c(data)).toBe(expected);
});

test('a range gives what its copy gives', () => {
  const data = Buffer.from('some text that is longer than eight bytes');
  expect(crc32c(data, 3, 30)).toBe(crc32c(data.subarray(3, 30)));
});

test('bytes give the same wherever they lie', () => {
  const text = 'some text that is longer than eight bytes, and not a multiple of them';
  const room = Buffer.alloc(100);
  const sums = Array.from({ length: 9 }, (_, at) => {
    room.write(text, at);
    return crc32c(room, at, at + text.length);
  });
  expect(new Set(sums).size).toBe(1);
});
