/** The way to the studio, and what may be missing or have changed behind the window's back. */
export const connection = {
  connecting: 'Connecting to the studio…',
  lost: 'The connection to the studio is lost.',
  lostMend:
    'Trying again by itself. What you have typed stays here, and training needs no window: it goes on as long as the studio itself runs.',
  unknown: 'What runs is not known while the connection is lost',
  attempt: 'Attempt {count}',
  tryNow: 'Try now',
  back: 'Connected again. Everything shown is up to date.',
  refused: 'This address lacks its token, or the token was changed.',
  refusedMend: 'Open the whole address that the studio printed when it started, with its ?token=… part.',
  unreachable: 'The studio does not answer.',
  unreachableMend: 'Start it again with npm start; this page connects by itself.',
}

export const missingData = {
  title: '{name} is not in this workspace any more.',
  body: 'Curves, samples, checkpoints and exports stay. Training further, scoring, completing and understanding need the data: import it again under the name “{name}”, prepared as before ({variant}).',
  toData: 'Import data',
  blocked: '{name} is not in this workspace any more. Import it again under that name.',
}

export const notesConflict = {
  title: 'Changed in another window meanwhile',
  body: 'Nothing is saved until you choose. There it reads now:',
  empty: '(nothing)',
  mine: 'Keep mine',
  theirs: 'Take theirs',
  both: 'Keep both',
  waiting: 'Not saved yet: waiting for the connection',
  failed: 'Not saved yet',
}
