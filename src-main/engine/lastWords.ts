/**
 * What TensorFlow's library says of itself while it is loaded: notices and warnings of its log, such as that oneDNN is on. It heeds no setting
 * there, so they are left out of what a user reads.
 */
const CHATTER = /^(WARNING: All log messages before absl::InitializeLog|[IW]\d{4} \d\d:\d\d:)/

/** Addresses of a native stack trace: ' 3: 0x55d4 node::OOMErrorHandler(…) [/usr/bin/node]'. */
const FRAME = /^\s*\d+: 0x[0-9a-f]+ /

/** The line of a process's error output that names an error, else the last one: Node ends its report with its version. */
export function lastLine(text: string): string {
  const lines = text
    .trim()
    .split('\n')
    .filter((line) => !CHATTER.test(line) && !FRAME.test(line))
  return (lines.findLast((line) => /^\S*(Error|what\(\))|terminate called/.test(line.trim())) ?? lines.at(-1) ?? '').trim().slice(0, 300)
}
