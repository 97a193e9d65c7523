import { ar } from './ar'
import { bytenet } from './bytenet'
import { bytenetPairs } from './bytenetPairs'
import { convnade } from './convnade'
import { composed } from './composed'
import { cpt } from './cpt'
import { deepnade } from './deepnade'
import { fvsbn } from './fvsbn'
import { gaussian } from './gaussian'
import { gatedPixelcnn } from './gatedPixelcnn'
import { independent } from './independent'
import { made } from './made'
import { markov } from './markov'
import type { Family } from './model'
import { multiscale } from './multiscale'
import { nade } from './nade'
import { nadeSoftmax } from './nadeSoftmax'
import { ngram } from './ngram'
import { pixelcnn } from './pixelcnn'
import { pixelcnnpp } from './pixelcnnpp'
import { diagonalBiLstm, rowLstm } from './pixelRnn'
import { gru, lstm, rnn } from './recurrent'
import { rnade } from './rnade'
import { spatialLstm } from './spatialLstm'
import { tableNetwork } from './tableNetwork'
import { pixelsnail } from './pixelsnail'
import { stcn } from './stcn'
import { tcn } from './tcn'
import { transformer } from './transformer'
import { transformerPairs } from './transformerPairs'
import { videoPixelNetwork } from './videoPixelNetwork'
import { vrnn } from './vrnn'
import { wavenet } from './wavenet'

/** Every family of the studio; a new one is one line here and one in contract/inspect/registry. */
export const families: readonly Family[] = [independent, gaussian, ar, cpt, tableNetwork, markov, ngram, fvsbn, nade, nadeSoftmax, rnade, deepnade, convnade, made, pixelcnn, gatedPixelcnn, pixelcnnpp, multiscale, rnn, gru, lstm, vrnn, rowLstm, diagonalBiLstm, spatialLstm, pixelsnail, transformer, tcn, stcn, bytenet, bytenetPairs, transformerPairs, wavenet, videoPixelNetwork, composed]

export function familyById(id: string): Family {
  const family = families.find((candidate) => candidate.description.id === id)
  if (!family) throw new Error(`There is no model family '${id}'. Known: ${families.map((known) => known.description.id).join(', ')}.`)
  return family
}
