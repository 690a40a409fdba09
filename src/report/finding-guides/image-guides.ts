import type { FindingGuides } from './finding-guide.ts';

/** Findings about what is built, and what it takes with it. */
export const imageGuides = {
  'env-missing': {
    why: 'The release starts without a value it needs, and fails at its first request or at boot.',
    fix: 'Give the variable a value in `.env`, in the shell or in `app.env`; `{ generate: true }` makes a throw-away one for each run.',
  },
  'build-failed': {
    why: 'There is no image to deploy.',
    fix: 'Mend the instruction that is named. `collectstatic` in a RUN often wants a secret key: give it a throw-away one on that line only.',
  },
  'image-runs-as-root': {
    why: 'Whoever gets to execute code in the application owns the container, and can write the code that the next worker imports.',
    fix: '`RUN useradd --uid 10001 app` and `USER 10001` at the end of the Dockerfile; a numeric id satisfies Kubernetes’ `runAsNonRoot`.',
  },
  'image-over-budget': {
    why: 'Every deploy and every scale-out pulls these bytes.',
    fix: 'Build in one stage and copy the result into the last; leave out compilers, caches and test data.',
  },
  'image-contains-env-file': {
    why: 'Everybody who can pull the image can read the secrets in it, also in layers that a later one deletes.',
    fix: 'Add `.env*` to `.dockerignore`, and change the secrets that were shipped.',
  },
  'image-contains-git': {
    why: 'The whole history of the code is in the image, with every secret that was ever committed.',
    fix: 'Add `.git` to `.dockerignore`.',
  },
  'image-contains-key': {
    why: 'Everybody who can pull the image has the key.',
    fix: 'Add the file to `.dockerignore`, replace the key, and use `RUN --mount=type=secret` where a build needs one.',
  },
  'image-contains-token': {
    why: 'Everybody who can pull the image can use it, also when a later layer deletes the file.',
    fix: 'Read it from the environment; `RUN --mount=type=secret` for a build. Revoke the one that was shipped.',
  },
  'image-history-holds-secret': {
    why: 'Build arguments are kept in the image: `docker history --no-trunc` prints them.',
    fix: '`RUN --mount=type=secret,id=…` and `app.build.secrets`; revoke the one that was shipped.',
  },
  'image-carries-waste': {
    why: 'Every deploy and every scale-out pulls files that no container can see.',
    fix: 'Remove files in the RUN that made them, `COPY --chown` in place of `RUN chown -R`, and copy results from a build stage.',
  },
  'image-not-reproducible': {
    why: 'What is rehearsed today and what is built for production tomorrow differ, though no line of code does.',
    fix: 'Pin versions, and let no RUN write times or random values into files.',
  },
  'image-architecture': {
    why: 'Another processor means other wheels and another base image: what passed here is not what runs there.',
    fix: 'Rehearse where the processor is that of production, at the latest in CI.',
  },
  'image-user-not-numeric': {
    why: 'The kubelet cannot know whether a name is root, and with `runAsNonRoot` it refuses to start the container.',
    fix: '`USER 10001` in the Dockerfile, or `runAsUser` in the manifest of the workload.',
  },
  'image-python-buffered': {
    why: 'Without a terminal Python keeps what is printed until 8 kB have come together: a crash or a kill loses the lines that would explain it.',
    fix: '`ENV PYTHONUNBUFFERED=1` in the Dockerfile.',
  },
  'image-code-writable': {
    why: 'Whoever finds a way to write a file can change the code that the next worker imports.',
    fix: 'Let the code belong to root: `COPY . .` without `--chown`, then `USER 10001`.',
  },
  'image-contains-database': {
    why: 'Whoever can pull the image has the data in it.',
    fix: 'Add `*.sqlite3` and dumps to `.dockerignore`.',
  },
  'image-contains-development-tools': {
    why: 'They make the image larger, and give whoever breaks in something to work with.',
    fix: 'Build in one stage, copy the virtual environment into the last; keep requirements for tests apart.',
  },
  'image-contains-secret-variable': {
    why: '`docker inspect` shows it to everybody who can pull the image.',
    fix: 'Give it when the container starts; `RUN --mount=type=secret` for a build. Replace what was pushed.',
  },
  'base-not-pinned': {
    why: 'Tomorrow’s build is another image, with another Python.',
    fix: 'Name a version: `FROM python:3.13-slim`.',
  },
  'healthcheck-fails': {
    why: 'Docker and Compose call the container unhealthy while it serves, and what depends on it never starts.',
    fix: 'Slim images have no curl: ask with Python, and look at the output of the check.',
  },
} as const satisfies FindingGuides;
