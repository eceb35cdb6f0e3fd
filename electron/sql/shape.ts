/** What the words of a statement, met one by one, tell of where it ends and of what follows it. */
export class StatementShape {
  #first: string[] = [];
  #last = '';
  #parens = 0;
  #bodies = 0;
  #readsRows = false;

  openParen(): void {
    this.#parens++;
  }

  closeParen(): void {
    this.#parens = Math.max(0, this.#parens - 1);
  }

  /** True where a semicolon ends the statement: neither in parentheses nor in a body of SQL. */
  get mayEnd(): boolean {
    return this.#parens === 0 && this.#bodies === 0;
  }

  /** True for a COPY … FROM stdin, whose rows follow it. */
  get readsRows(): boolean {
    return this.#readsRows;
  }

  /** Takes the next word, in small letters; one that is quoted is none. */
  meet(word: string): void {
    if (this.#first.length < 4) this.#first.push(word);
    const before = this.#last;
    this.#last = word;
    if (this.#parens > 0) return;
    const [first, second, third, fourth] = this.#first;
    if (first === 'copy' && word === 'stdin' && before === 'from') this.#readsRows = true;
    const made = second === 'or' && third === 'replace' ? fourth : second;
    if (first !== 'create' || (made !== 'function' && made !== 'procedure')) return;
    // A body BEGIN ATOMIC … END, in which CASE has an END too, holds semicolons.
    if (word === 'atomic' && before === 'begin') this.#bodies = Math.max(1, this.#bodies);
    else if (word === 'case' && this.#bodies > 0) this.#bodies++;
    else if (word === 'end' && this.#bodies > 0) this.#bodies--;
  }
}
