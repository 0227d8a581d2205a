import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { Time } from '../parts/time.tsx';

const NoteFields = graphql(`
  fragment NoteRow on Note {
    id
    text
    createdAt
  }
`);

const DeleteNote = graphql(`
  mutation DeleteNote($id: ID!) {
    deleteNote(id: $id)
  }
`);

/** A note, which its writer may delete. */
export function NoteRow(props: {
  readonly note: FragmentType<typeof NoteFields>;
  readonly done: () => void;
}) {
  const { id, text, createdAt } = unmask(NoteFields, props.note);
  const action = useAction(DeleteNote, (data) => data.deleteNote);
  return (
    <li>
      <span className="main">
        {text}
        <small>
          <Time at={createdAt} as="moment" />
        </small>
      </span>
      <ActionButton
        action={action}
        variables={{ id }}
        done={props.done}
        label="Delete"
        name={`Delete the note: ${text.slice(0, 40)}`}
      />
      <Outcome of={action} />
    </li>
  );
}
