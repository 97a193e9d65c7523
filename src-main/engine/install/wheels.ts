/** One pinned wheel: pip is given the requirement and the hash, and downloads exactly this file or fails. */
export interface Wheel {
  requirement: string
  file: string
  sha256: string
  bytes: number
}

/** What has to be downloaded, unpacked and linked for one kind of machine. */
export interface EnginePlan {
  /** Also the folder's name. */
  name: string
  tensorflow: string
  device: 'cpu' | 'gpu'
  wheels: Wheel[]
  /** Size of what is unpacked, for the check of free disk space. */
  unpackedBytes: number
}

export const tensorflowVersion = '2.21.0'

const tensorflow = (project: string, platform: string, sha256: string, bytes: number): Wheel => ({
  requirement: `${project}==${tensorflowVersion}`,
  file: `${project.replaceAll('-', '_')}-${tensorflowVersion}-cp311-cp311-${platform}.whl`,
  sha256,
  bytes,
})

const nvidia = (project: string, version: string, platform: string, sha256: string, bytes: number): Wheel => ({
  requirement: `nvidia-${project}-cu12==${version}`,
  file: `nvidia_${project.replaceAll('-', '_')}_cu12-${version}-py3-none-${platform}.whl`,
  sha256,
  bytes,
})

/** CUDA 12 as the wheel's `and-cuda` extra lists it; the machine itself needs only its driver. */
const cudaX64: Wheel[] = [
  nvidia('cublas', '12.9.3.13', 'manylinux_2_27_x86_64', 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72', 581217458),
  nvidia(
    'cuda-cupti',
    '12.8.90',
    'manylinux2014_x86_64.manylinux_2_17_x86_64',
    'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182',
    10248621,
  ),
  nvidia(
    'cuda-nvcc',
    '12.9.86',
    'manylinux2010_x86_64.manylinux_2_12_x86_64',
    '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
    40546229,
  ),
  nvidia(
    'cuda-nvrtc',
    '12.9.86',
    'manylinux2010_x86_64.manylinux_2_12_x86_64',
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
    89568129,
  ),
  nvidia(
    'cuda-runtime',
    '12.9.79',
    'manylinux2014_x86_64.manylinux_2_17_x86_64',
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
    3493179,
  ),
  nvidia('cudnn', '9.28.0.42', 'manylinux_2_27_x86_64', '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375', 716538495),
  nvidia(
    'cufft',
    '11.4.1.4',
    'manylinux2014_x86_64.manylinux_2_17_x86_64',
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
    200877592,
  ),
  nvidia('curand', '10.3.10.19', 'manylinux_2_27_x86_64', '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e', 68295626),
  nvidia('cusolver', '11.7.5.82', 'manylinux_2_27_x86_64', '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88', 338117415),
  nvidia(
    'cusparse',
    '12.5.10.65',
    'manylinux2014_x86_64.manylinux_2_17_x86_64',
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
    366465088,
  ),
  nvidia('nccl', '2.32.3', 'manylinux_2_27_x86_64', 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c', 351526311),
  nvidia(
    'nvjitlink',
    '12.9.86',
    'manylinux2010_x86_64.manylinux_2_12_x86_64',
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
    39748338,
  ),
]

const plan = (device: 'cpu' | 'gpu', unpackedBytes: number, wheels: Wheel[]): EnginePlan => ({
  name: `tensorflow-${tensorflowVersion}-${device}`,
  tensorflow: tensorflowVersion,
  device,
  wheels,
  unpackedBytes,
})

const linuxX64Cpu = plan('cpu', 0.9e9, [
  tensorflow('tensorflow-cpu', 'manylinux_2_27_x86_64', '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c', 273829956),
])
const linuxX64Gpu = plan('gpu', 7.5e9, [
  tensorflow('tensorflow', 'manylinux_2_27_x86_64', '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124', 572440367),
  ...cudaX64,
])
const linuxArm64 = plan('cpu', 1e9, [
  tensorflow('tensorflow', 'manylinux_2_27_aarch64', '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c', 281828020),
])
const macArm64 = plan('cpu', 0.9e9, [
  tensorflow('tensorflow', 'macosx_12_0_arm64', '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88', 223405849),
])

/** The plans to try on a machine, best first; none where TensorFlow publishes no wheel that can be linked against. */
export function plansFor(machine: { platform: NodeJS.Platform; arch: string; nvidia: boolean }): EnginePlan[] {
  const { platform, arch, nvidia: hasNvidia } = machine
  if (platform === 'linux' && arch === 'x64') return hasNvidia ? [linuxX64Gpu, linuxX64Cpu] : [linuxX64Cpu]
  // The aarch64 wheel is built without CUDA, so a GPU there stays idle.
  if (platform === 'linux' && arch === 'arm64') return [linuxArm64]
  if (platform === 'darwin' && arch === 'arm64') return [macArm64]
  return []
}

/** The platform tags in a wheel's file name, which pip has to be told, as it matches no older ones by itself. */
export function platformTags(wheel: Wheel): string[] {
  return wheel.file
    .replace(/\.whl$/, '')
    .split('-')
    .at(-1)!
    .split('.')
}
