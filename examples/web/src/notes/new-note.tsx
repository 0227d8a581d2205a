import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { ActionForm } from '../parts/action-form.tsx';
import { Card } from '../parts/card.tsx';
import { Field } from '../parts/field.tsx';

const AddNote = graphql(`
  mutation AddNote($text: String!) {
    addNote(text: $text) {
      id
    }
  }
`);

/** A form that writes a note. It is for members alone: others are told what they lack. */
export function NewNote({ done }: { readonly done: () => void }) {
  const action = useAction(AddNote, (data) => data.addNote);
  return (
    <Card title="Write a note" wide>
      <ActionForm
        action={action}
        submit="Write"
        fields={['text']}
        read={(text) => ({ text: text('text') })}
        done={done}
      >
        <Field label="What to remember" name="text" required maxLength={10_000} />
      </ActionForm>
    </Card>
  );
}
