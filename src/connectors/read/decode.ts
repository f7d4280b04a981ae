/**
 * Bytes to text. A byte order mark decides (UTF-8, UTF-16 either way); without one UTF-8 is tried strictly.
 * Spreadsheets on Windows still save CSV as Windows-1252, so CSV readers ask for that as the fallback; JSON and XML
 * readers do not, because both standards say UTF-8.
 */
export function decode(bytes: Buffer, fallback?: 'windows-1252'): string | undefined {
  const encoding = byteOrderMark(bytes) ?? 'utf-8';
  const text = tryDecode(bytes, encoding) ?? (fallback && tryDecode(bytes, fallback));
  // PostgreSQL text cannot hold NUL, and no format here gives it a meaning.
  return text?.replaceAll('\0', '');
}

function byteOrderMark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined; // TextDecoder drops the UTF-8 mark itself
}

function tryDecode(bytes: Buffer, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
