/** A job that rehearses each pull request; by its provider, which the repository's files tell. */
export function renderCiJob(paths: ReadonlySet<string>): {
  readonly path: string;
  readonly text: string;
} {
  if (paths.has('.gitlab-ci.yml')) return { path: '.gitlab/djdev.yml', text: gitlab };
  return { path: '.github/workflows/djdev.yml', text: github };
}

const github = `name: Rehearsal
on:
  push: { branches: [main] }
  pull_request:

permissions:
  contents: read
  pull-requests: write # the comment

concurrency:
  group: rehearsal-\${{ github.ref }}
  cancel-in-progress: true

jobs:
  rehearse:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      - uses: djdev/djdev@main
`;

const gitlab = `# include: [{ local: .gitlab/djdev.yml }]
rehearsal:
  image: node:24
  services: ["docker:28-dind"]
  variables:
    DOCKER_HOST: tcp://docker:2375
    DOCKER_TLS_CERTDIR: ""
  script:
    - npx --yes djdev rehearse --report djdev-report
  artifacts:
    when: always
    paths: [djdev-report]
    reports: { junit: djdev-report/junit.xml }
`;
