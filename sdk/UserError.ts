/** What went wrong in a sentence, and what to do about it in another. */
export class UserError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, { cause });
    this.name = "UserError";
    this.remedy = remedy;
  }
}
