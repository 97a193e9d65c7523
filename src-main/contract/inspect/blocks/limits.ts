/** What blocks are sensible up to: sizes beyond which they take more memory, or a longer compiled step, than they are worth. */

/** Causal attention weighs every pair of pixels. */
export const MOST_ATTENDED_PIXELS = 4096
/** Transformer blocks weigh every pair of dimensions. */
export const MOST_ATTENDED_DIMENSIONS = 4096
/** An embedding holds, and a softmax gives, a number for each level. */
export const MOST_LEVELS = 1024
/** A compiled step holds some dozens of nodes for each row or diagonal of an LSTM over images. */
export const MOST_MAP_STEPS = 512
/** A compiled step holds some nodes for each time step; LSTM is one kernel whatever the length. */
export const MOST_RECURRENT_STEPS: Readonly<Record<'rnn' | 'gru' | 'lstm', number>> = { rnn: 4096, gru: 4096, lstm: 65_536 }
