// Asks a sandbox one query at a time and keeps the answers: where nothing changes the
// data, the same query has the same answer.

import { Agent, request } from 'node:http';

/** How many queries are under way at a time. */
const SOCKETS = 4;

export class Source {
  #answers = new Map();
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

  /** The answer to a query if it is known, or else a promise of it. */
  answer(query) {
    let answer = this.#answers.get(query);
    if (answer === undefined) {
      answer = this.#ask(query);
      this.#answers.set(query, answer);
    }
    return answer;
  }

  close() {
    this.#agent.destroy();
  }

  async #ask(query) {
    const text = await this.#post(JSON.stringify({ query }));
    const answer = JSON.parse(text);
    this.#answers.set(query, answer);
    return answer;
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
        response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
