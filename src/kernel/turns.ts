/** One turn in so many goes to who is in no hurry, where both wait. */
const FAIR = 4;

/** Lets so many work at a time; the others wait in line, however long it is. Who is in a hurry goes first. */
export class Turns {
  private readonly hurried: (() => void)[] = [];
  private readonly others: (() => void)[] = [];
  private given = 0;

  constructor(private free: number) {}

  async take<Result>(work: () => Promise<Result>, inHurry = false): Promise<Result> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => (inHurry ? this.hurried : this.others).push(resolve));
    try {
      return await work();
    } finally {
      const next = this.next();
      if (next) next();
      else this.free += 1;
    }
  }

  private next(): (() => void) | undefined {
    this.given += 1;
    const [first, second] = this.given % FAIR ? [this.hurried, this.others] : [this.others, this.hurried];
    return first.shift() ?? second.shift();
  }
}
