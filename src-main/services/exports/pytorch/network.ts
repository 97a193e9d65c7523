import type { Domain } from '../../../contract/domain'
import { dimensionsOf, isSeries } from '../../../contract/domain'
import type { Block, BlockKind } from '../../../contract/inspect/blocks/blocks'
import type { BlockList } from '../../../contract/inspect/blocks/blockList'
import { blockContext } from '../../../contract/inspect/blocks/inspectBlocks'
import type { ConvNadeConfig } from '../../../contract/inspect/convnade'
import { conditionBlocks } from '../../../contract/inspect/conditioned'
import { plusIsBinary } from '../../../contract/inspect/pixelcnnpp'
import type { PixelCnnPlusConfig } from '../../../contract/inspect/pixelcnnpp'
import { plusNodes } from '../../../contract/inspect/pixelcnnppNodes'
import type { CptConfig } from '../../../contract/inspect/cpt'
import { cptTables } from '../../../contract/inspect/cpt'
import type { MarkovConfig } from '../../../contract/inspect/markov'
import { markovSteps, markovTables } from '../../../contract/inspect/markov'
import type { TableNetworkConfig } from '../../../contract/inspect/tableNetwork'
import { networkTables } from '../../../contract/inspect/tableNetwork'
import type { TableLayout } from '../../../contract/inspect/tables'
import type { DeepNadeConfig } from '../../../contract/inspect/deepnade'
import { deepNadeOneHot } from '../../../contract/inspect/deepnade'
import type { ConditionalKind } from '../../../contract/inspect/conditionalKinds'
import { conditionalParameters, isDensity } from '../../../contract/inspect/conditionalKinds'
import { parametersPerDimension } from '../../../contract/inspect/figures'
import type { MadeConfig } from '../../../contract/inspect/made'
import { madeDegrees, madeOneHot } from '../../../contract/inspect/madeDegrees'
import type { NadeConfig } from '../../../contract/inspect/nade'
import type { NadeSoftmaxConfig } from '../../../contract/inspect/nadeSoftmax'
import { nadeSoftmaxOneHot } from '../../../contract/inspect/nadeSoftmax'
import { configuredOrdering } from '../../../contract/inspect/orderedConfig'
import { memberOrdering } from '../../../contract/inspect/orderAgnostic'
import { orderingOf } from '../../../contract/inspect/orderings'
import { familyDescription } from '../../../contract/inspect/registry'
import type { RnadeConfig } from '../../../contract/inspect/rnade'
import type { ModelDocument } from '../../../contract/records/model'
import { blocks as blocksSource } from './blocks'
import { core, ordered } from './core'
import { deepnade, fvsbn, independent, made, nade, nadeOutputs, tables } from './dense'
import { imageBlocks } from './imageBlocks'
import { sequenceBlocks } from './sequenceBlocks'
import { convnade, pixelcnnpp } from './structured'

const blockSources = [...imageBlocks, ...sequenceBlocks]

/** What the generated module needs to know besides the weights; written into `model.json` as `network`. */
export type NetworkDocument = { distribution: 'bernoulli' | 'categorical' | 'logistics' | 'gaussians' | 'laplace'; parametersPerDimension: number } & Record<string, unknown>

export type PytorchNetwork = { network: NetworkDocument; sources: readonly string[] } | { unsupported: string }

/** The network that a model document stands for as the generated module builds it, and the parts of that module; or why there is none. */
export function pytorchNetwork({ family, config }: ModelDocument, domain: Domain): PytorchNetwork {
  const description = familyDescription(family)
  const parsed = description.schema.parse(config)
  if (description.blocks) return blockNetwork(description.blocks(parsed, domain), domain)
  const dense = denseNetworks[family]
  return dense ? dense(parsed, domain) : { unsupported: UNSUPPORTED[family] ?? `${description.title} has no loader yet` }
}

const UNSUPPORTED: Readonly<Record<string, string>> = {
  gaussian: 'its binned conditionals come from a Cholesky factor that the studio computes in double precision',
  ar: 'its mean is linear in the samples before, with the coefficients below',
  ngram: 'its counts are stored sparsely: look p(x) up in the tensors below',
  multiscale: 'it joins several nets, one for each scale, and has no loader yet',
  'bytenet-pairs': 'it joins an encoder and a decoder, and has no loader yet',
  'transformer-pairs': 'it joins an encoder and a decoder, and has no loader yet',
  vrnn: 'it has latent variables, whose likelihood the studio only bounds by drawing them, and has no loader yet',
  stcn: 'it has latent variables, whose likelihood the studio only bounds by drawing them, and has no loader yet',
  'video-pixel-network': 'it joins an encoder, a recurrence and a decoder, and has no loader yet',
}

const discrete = (domain: Domain): Pick<NetworkDocument, 'distribution' | 'parametersPerDimension'> => ({
  distribution: domain.levels === 2 ? 'bernoulli' : 'categorical',
  parametersPerDimension: parametersPerDimension(domain),
})
const conditionals = (kind: ConditionalKind, components: number, domain: Domain): Pick<NetworkDocument, 'distribution' | 'parametersPerDimension'> =>
  kind === 'softmax' ? discrete(domain) : { distribution: kind, parametersPerDimension: conditionalParameters(kind, components, domain) }

/** How a level enters as a number: binary ones as they are, others in −1…1. */
const scaled = ({ levels }: Domain): { scale: number; shift: number } => (levels === 2 ? { scale: 1, shift: 0 } : { scale: 2 / (levels - 1), shift: -1 })

/** By family, for configurations that its schema has checked. */
const denseNetworks: Readonly<Record<string, (config: unknown, domain: Domain) => PytorchNetwork>> = {
  cpt: (config, domain) => tableNetworkOf(cptTables(config as CptConfig, domain), domain),
  'table-network': (config, domain) => tableNetworkOf(networkTables(config as TableNetworkConfig, domain), domain),
  markov: (config, domain) => {
    const chosen = config as MarkovConfig
    if (domain.kind !== 'audio' && !domain.variableLength) return tableNetworkOf(markovTables(chosen, domain), domain)
    const { offsets } = markovSteps(chosen, domain, chosen.order + 1)
    return { network: { ...discrete(domain), parents: null, offsets: [...offsets], order: chosen.order }, sources: [core, tables] }
  },
  independent: (_config, domain) => ({ network: { ...discrete(domain) }, sources: [core, independent] }),
  fvsbn: (config, domain) => ({
    network: { ...discrete(domain), ordering: [...configuredOrdering(config as NadeConfig, domain)] },
    sources: [core, ordered, fvsbn],
  }),
  nade: (config, domain) => {
    const chosen = config as NadeConfig
    return { network: { ...discrete(domain), ordering: [...configuredOrdering(chosen, domain)], direct: chosen.direct }, sources: [core, ordered, nade] }
  },
  'nade-softmax': (config, domain) => {
    const chosen = config as NadeSoftmaxConfig
    const oneHot = nadeSoftmaxOneHot(chosen, domain)
    const network = { ...discrete(domain), distribution: 'categorical' as const, ordering: [...configuredOrdering(chosen, domain)] }
    return { network: { ...network, oneHot, scale: 2 / (domain.levels - 1), shift: -1, rescale: false, activation: 'sigmoid' }, sources: [core, nadeOutputs] }
  },
  rnade: (config, domain) => {
    const chosen = config as RnadeConfig
    const { levels } = domain
    // Values enter as z = 2y/K − 1: dequantised ones as they are, levels by the middles of their bins.
    const shift = isDensity(chosen.conditionals) ? -1 : 1 / levels - 1
    const network = { ...conditionals(chosen.conditionals, chosen.components, domain), ordering: [...configuredOrdering(chosen, domain)] }
    return { network: { ...network, oneHot: false, scale: 2 / levels, shift, rescale: true, activation: chosen.activation }, sources: [core, nadeOutputs] }
  },
  made: (config, domain) => {
    const chosen = config as MadeConfig
    const members = chosen.orderAgnostic ? 1 : chosen.masks
    const degrees = Array.from({ length: members }, (_value, member) => madeDegrees(chosen, domain, member).hidden.map((units) => [...units]))
    return {
      network: {
        ...conditionals(chosen.conditionals, chosen.components, domain),
        ordering: [...configuredOrdering(chosen, domain)],
        oneHot: madeOneHot(chosen, domain),
        ...scaled(domain),
        activation: chosen.activation,
        direct: chosen.direct,
        masked: chosen.masked,
        members,
        degrees,
      },
      sources: [core, ordered, made],
    }
  },
  convnade: (config, domain) => {
    const chosen = config as ConvNadeConfig
    return {
      network: { ...discrete(domain), ordering: [...memberOrdering(chosen, domain, 0)], ...scaled(domain), blocks: chosen.blocks, dense: chosen.dense.length },
      sources: [core, convnade],
    }
  },
  pixelcnnpp: (config, domain) => {
    const chosen = config as PixelCnnPlusConfig
    const [given] = conditionBlocks(chosen, domain)
    const condition = given?.kind === 'condition-input' ? { of: given.of, size: given.size } : null
    const { components } = chosen
    const distribution = plusIsBinary(domain) ? discrete(domain) : { distribution: 'logistics' as const, parametersPerDimension: 3 * components }
    return { network: { ...distribution, nodes: plusNodes(chosen), condition }, sources: [core, pixelcnnpp] }
  },
  deepnade: (config, domain) => {
    const chosen = config as DeepNadeConfig
    return {
      network: {
        ...discrete(domain),
        ordering: [...memberOrdering(chosen, domain, 0)],
        oneHot: deepNadeOneHot(chosen, domain),
        ...scaled(domain),
        activation: chosen.activation,
        layers: chosen.hidden.length,
      },
      sources: [core, deepnade],
    }
  },
}

function tableNetworkOf({ parents, offsets }: TableLayout, domain: Domain): PytorchNetwork {
  return { network: { ...discrete(domain), parents: parents.map((own) => [...own]), offsets: [...offsets], order: null }, sources: [core, tables] }
}

function blockNetwork({ layout, blocks, ordering = 'raster', orderingSeed = 0 }: BlockList, domain: Domain): PytorchNetwork {
  const known = new Set(blockSources.flatMap(({ kinds }) => kinds)).add('condition-input')
  const strange = blocks.find(({ kind }) => !known.has(kind))
  if (strange) return { unsupported: `blocks of the kind '${strange.kind}' have no loader yet` }
  const components = mixtureOf(blocks)
  const timeSeries = isSeries(domain)
  return {
    network: {
      ...(components === null ? discrete(domain) : { distribution: 'logistics', parametersPerDimension: 3 * components }),
      layout,
      grid: blockContext(layout, domain).grid,
      ordering: layout === 'image' || timeSeries ? null : [...orderingOf(ordering, domain.shape, orderingSeed)],
      blocks,
      ...(timeSeries ? {} : { dimensions: dimensionsOf(domain) }),
    },
    sources: [core, blocksSource, ...neededSources(blocks)],
  }
}

function mixtureOf(blocks: readonly Block[]): number | null {
  const head = blocks.at(-1)
  return head && 'components' in head ? (head.components ?? null) : null
}

function neededSources(blocks: readonly Block[]): string[] {
  const kinds = new Set<BlockKind>(blocks.map(({ kind }) => kind))
  return blockSources.filter(({ kinds: served }) => served.some((kind) => kinds.has(kind as BlockKind))).map(({ source }) => source)
}
