import { ar } from './ar'
import { bytenet } from './bytenet'
import { bytenetPairs } from './bytenetPairs'
import { convnade } from './convnade'
import { composed } from './composed'
import { cpt } from './cpt'
import { deepnade } from './deepnade'
import type { FamilyDescription } from './family'
import { fvsbn } from './fvsbn'
import { gaussian } from './gaussian'
import { gatedPixelcnn } from './gatedPixelcnn'
import { independent } from './independent'
import { made } from './made'
import { markov } from './markov'
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

/** The pure half of every family of the studio, in the order in which they are shown. */
export const familyDescriptions: readonly FamilyDescription[] = [independent, gaussian, ar, cpt, tableNetwork, markov, ngram, fvsbn, nade, nadeSoftmax, rnade, deepnade, convnade, made, pixelcnn, gatedPixelcnn, pixelcnnpp, multiscale, rnn, gru, lstm, vrnn, rowLstm, diagonalBiLstm, spatialLstm, pixelsnail, transformer, tcn, stcn, bytenet, bytenetPairs, transformerPairs, wavenet, videoPixelNetwork, composed]

/** Throws a message for people when there is no such family. */
export function familyDescription(id: string): FamilyDescription {
  const description = familyDescriptions.find((candidate) => candidate.id === id)
  if (!description) throw new Error(`There is no model family '${id}'. Known: ${familyDescriptions.map((known) => known.id).join(', ')}.`)
  return description
}
