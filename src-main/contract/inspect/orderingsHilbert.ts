/**
 * Hilbert's curve over a rectangle of any size, as cells row · width + column: the generalised curve of Červený (2019), which cuts the
 * rectangle in two or three parts and follows each in turn. Every step goes to one of the four neighbours, save for at most one that goes
 * to a diagonal one where the longer side is odd and the other even.
 */
export function hilbertCells(height: number, width: number): number[] {
  const cells: number[] = []
  const visit = (x: number, y: number): void => void cells.push(y * width + x)
  if (width >= height) follow(visit, 0, 0, width, 0, 0, height)
  else follow(visit, 0, 0, 0, height, width, 0)
  return cells
}

/** From (x, y): the long side is the vector a, the short one b; exactly one component of each is not 0. */
function follow(visit: (x: number, y: number) => void, x: number, y: number, ax: number, ay: number, bx: number, by: number): void {
  const [long, short] = [Math.abs(ax + ay), Math.abs(bx + by)]
  const [stepX, stepY] = [Math.sign(ax), Math.sign(ay)]
  const [acrossX, acrossY] = [Math.sign(bx), Math.sign(by)]
  if (short === 1) {
    for (let step = 0; step < long; step++) visit(x + step * stepX, y + step * stepY)
    return
  }
  if (long === 1) {
    for (let step = 0; step < short; step++) visit(x + step * acrossX, y + step * acrossY)
    return
  }
  let [halfAx, halfAy] = [Math.floor(ax / 2), Math.floor(ay / 2)]
  let [halfBx, halfBy] = [Math.floor(bx / 2), Math.floor(by / 2)]
  if (2 * long > 3 * short) {
    // Much longer than wide: two parts one after the other; an even first length keeps the steps between neighbours.
    if (Math.abs(halfAx + halfAy) % 2 === 1 && long > 2) [halfAx, halfAy] = [halfAx + stepX, halfAy + stepY]
    follow(visit, x, y, halfAx, halfAy, bx, by)
    follow(visit, x + halfAx, y + halfAy, ax - halfAx, ay - halfAy, bx, by)
    return
  }
  // Up, across and down again.
  if (Math.abs(halfBx + halfBy) % 2 === 1 && short > 2) [halfBx, halfBy] = [halfBx + acrossX, halfBy + acrossY]
  follow(visit, x, y, halfBx, halfBy, halfAx, halfAy)
  follow(visit, x + halfBx, y + halfBy, ax, ay, bx - halfBx, by - halfBy)
  follow(visit, x + ax - stepX + halfBx - acrossX, y + ay - stepY + halfBy - acrossY, -halfBx, -halfBy, -(ax - halfAx), -(ay - halfAy))
}
