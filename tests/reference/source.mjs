// Asks a sandbox one query at a time and keeps the answers: where nothing changes the
// data, the same request has the same answer.

import { Agent, request } from 'node:http';

/** How many queries are under way at a time. */
const SOCKETS = 4;

/** How many milliseconds an answer may take. */
const PATIENCE = 60_000;

export class Source {
  #answers = new Map();
  #failure;
  #agent = new Agent({ keepAlive: true, maxSockets: SOCKETS });
  #url;
  #token;

  constructor(url, token) {
    this.#url = url;
    this.#token = token;
  }

  /** How many queries were asked. */
  get asked() {
    return this.#answers.size;
  }

  /** Ends the comparison if a query was not answered: a field that fails would look like
   * one that has an error. */
  check() {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }

  /** The answer to a request if it is known, or else a promise of it. */
  answer(request) {
    let answer = this.#answers.get(request);
    if (answer === undefined) {
      answer = this.#ask(request);
      this.#answers.set(request, answer);
    }
    return answer;
  }

  close() {
    this.#agent.destroy();
  }

  async #ask(request) {
    try {
      const answer = JSON.parse(await this.#post(request));
      this.#answers.set(request, answer);
      return answer;
    } catch (error) {
      this.#failure ??= new Error(`no answer to ${request}`, { cause: error });
      throw this.#failure;
    }
  }

  #post(body) {
    return new Promise((resolve, reject) => {
      const options = {
        method: 'POST',
        agent: this.#agent,
        headers: {
          authorization: `Bearer ${this.#token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      };
      const sent = request(this.#url, options, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          if (response.statusCode === 200) {
            resolve(text);
          } else {
            reject(new Error(`status ${response.statusCode}: ${text}`));
          }
        });
      });
      sent.on('error', reject);
      sent.setTimeout(PATIENCE, () => sent.destroy(new Error('it takes too long')));
      sent.end(body);
    });
  }
}
