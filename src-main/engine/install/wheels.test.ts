import { describe, expect, it } from 'vitest'
import { engineFolder } from './folders.js'
import { platformTags, plansFor } from './wheels.js'

const machines = [
  { platform: 'linux', arch: 'x64', nvidia: true },
  { platform: 'linux', arch: 'x64', nvidia: false },
  { platform: 'linux', arch: 'arm64', nvidia: true },
  { platform: 'darwin', arch: 'arm64', nvidia: false },
] as const

describe('plansFor', () => {
  it('pins every wheel by version, hash and size', () => {
    for (const machine of machines) {
      for (const { wheels } of plansFor(machine)) {
        for (const wheel of wheels) {
          expect(wheel.requirement).toMatch(/^[a-z0-9-]+==[\d.]+$/)
          expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/)
          expect(wheel.bytes).toBeGreaterThan(1e6)
          const [project, version] = wheel.requirement.split('==')
          expect(wheel.file.startsWith(`${project!.replaceAll('-', '_')}-${version}-`)).toBe(true)
        }
      }
    }
  })

  it('takes CUDA where an NVIDIA driver is, and goes down to the processor', () => {
    const plans = plansFor({ platform: 'linux', arch: 'x64', nvidia: true })
    expect(plans.map(({ device }) => device)).toEqual(['gpu', 'cpu'])
    expect(plans[0]?.wheels.map(({ requirement }) => requirement.split('==')[0])).toContain('nvidia-cudnn-cu12')
  })

  it('has nothing for Windows and for Macs with Intel processors', () => {
    expect(plansFor({ platform: 'win32', arch: 'x64', nvidia: true })).toEqual([])
    expect(plansFor({ platform: 'darwin', arch: 'x64', nvidia: false })).toEqual([])
  })

  it('reads the platforms of a wheel from its name', () => {
    const nvcc = plansFor({ platform: 'linux', arch: 'x64', nvidia: true })[0]!.wheels.find(({ requirement }) =>
      requirement.includes('nvcc'),
    )!
    expect(platformTags(nvcc)).toEqual(['manylinux2010_x86_64', 'manylinux_2_12_x86_64'])
  })
})

it('keeps engines in the platform’s cache folder, or where it is told to', () => {
  expect(engineFolder({ HOME: '/home/ada' }, 'linux')).toBe('/home/ada/.cache/chainrule/engine')
  expect(engineFolder({ HOME: '/home/ada', XDG_CACHE_HOME: '/fast' }, 'linux')).toBe('/fast/chainrule/engine')
  expect(engineFolder({ HOME: '/Users/ada' }, 'darwin')).toBe('/Users/ada/Library/Caches/chainrule/engine')
  expect(engineFolder({ CHAINRULE_ENGINE_DIR: '/elsewhere' }, 'linux')).toBe('/elsewhere')
})
