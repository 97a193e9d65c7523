/** The loss or the gradient stopped being a finite number; the weights of that step are not kept. */
export class TrainingDivergedError extends Error {
  override readonly name = 'TrainingDivergedError'
  constructor(
    readonly metric: 'training loss' | 'gradient norm' | 'validation loss',
    readonly value: number,
    readonly step: number,
    settings: { learningRate: number; gradientClip: number | null },
  ) {
    const clip =
      settings.gradientClip === null ? 'set a gradient clip (1, for example)' : `lower the gradient clip (now ${settings.gradientClip})`
    const shown = Number.isNaN(value) ? 'not a number' : 'infinite'
    const left = metric === 'validation loss' ? '' : 'the update of that step was not applied and '
    super(
      `The ${metric} became ${shown} at step ${step}, so training stopped; ${left}earlier checkpoints are kept. ` +
        `Lower the learning rate (now ${settings.learningRate}) or ${clip}, then resume from the last checkpoint or start anew.`,
    )
  }
}
