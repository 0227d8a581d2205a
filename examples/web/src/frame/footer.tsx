import { chosenVersion, VERSIONS } from './versions.tsx';

/** The bottom of the page: which GraphQL client asks. */
export function Footer() {
  const { id } = chosenVersion();
  return (
    <footer>
      <span>The same pages, asked by</span>
      <nav aria-label="GraphQL client">
        {VERSIONS.map((version) => (
          <a
            key={version.id}
            href={`?client=${version.id}`}
            aria-current={version.id === id ? 'true' : undefined}
          >
            {version.name}
          </a>
        ))}
      </nav>
    </footer>
  );
}
