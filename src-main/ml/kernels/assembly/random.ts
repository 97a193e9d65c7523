/** The `counter`-th uniform number in [0, 1) of a stream: Threefry-2x32 with 20 rounds, 53 bits, as src-main/ml/tensor/random.ts draws it. */
export function uniformAt(key0: u32, key1: u32, counter: u32): f64 {
  const key2 = key0 ^ key1 ^ 0x1bd11bda
  let a = counter + key0, b = key1
  a += b; b = rotl<u32>(b, 13) ^ a; a += b; b = rotl<u32>(b, 15) ^ a; a += b; b = rotl<u32>(b, 26) ^ a; a += b; b = rotl<u32>(b, 6) ^ a
  a += key1; b += key2 + 1
  a += b; b = rotl<u32>(b, 17) ^ a; a += b; b = rotl<u32>(b, 29) ^ a; a += b; b = rotl<u32>(b, 16) ^ a; a += b; b = rotl<u32>(b, 24) ^ a
  a += key2; b += key0 + 2
  a += b; b = rotl<u32>(b, 13) ^ a; a += b; b = rotl<u32>(b, 15) ^ a; a += b; b = rotl<u32>(b, 26) ^ a; a += b; b = rotl<u32>(b, 6) ^ a
  a += key0; b += key1 + 3
  a += b; b = rotl<u32>(b, 17) ^ a; a += b; b = rotl<u32>(b, 29) ^ a; a += b; b = rotl<u32>(b, 16) ^ a; a += b; b = rotl<u32>(b, 24) ^ a
  a += key1; b += key2 + 4
  a += b; b = rotl<u32>(b, 13) ^ a; a += b; b = rotl<u32>(b, 15) ^ a; a += b; b = rotl<u32>(b, 26) ^ a; a += b; b = rotl<u32>(b, 6) ^ a
  a += key2; b += key0 + 5
  return (<f64>a * 2097152.0 + <f64>(b >>> 11)) * 1.1102230246251565e-16
}
