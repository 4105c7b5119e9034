// Asks a sandbox one query at a time and keeps the answers: where nothing changes the
// data, the same request has the same answer.

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
    const answer = JSON.parse(await this.#post(request));
    this.#answers.set(request, answer);
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
