import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { useAsk } from '../graph/use-ask.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { QueryCard } from '../parts/query-card.tsx';

const MembersDocument = graphql(`
  query Members($id: ID!) {
    team(id: $id) {
      id
      members {
        userId
        ...Member
      }
    }
  }
`);

const Member = graphql(`
  fragment Member on TeamMember {
    userId
    displayName
  }
`);

const RemoveMember = graphql(`
  mutation RemoveMember($input: RemoveTeamMemberInput!) {
    removeTeamMember(input: $input) {
      removedUserId
      errors {
        code
        message
        field
      }
    }
  }
`);

interface MembersProps {
  readonly teamId: string;
  readonly userId: string;
  readonly canRemove: boolean;
}

/** The members, the oldest first. */
export function Members({ teamId, userId, canRemove }: MembersProps) {
  const query = useAsk(MembersDocument, { id: teamId });
  return (
    <QueryCard title="Members" query={query}>
      {({ team }) => (
        <ul className="rows">
          {team?.members?.map((member) => (
            <Row
              key={member.userId}
              member={member}
              teamId={teamId}
              isCaller={member.userId === userId}
              canRemove={canRemove}
              done={query.ask}
            />
          ))}
        </ul>
      )}
    </QueryCard>
  );
}

function Row(props: {
  readonly member: FragmentType<typeof Member>;
  readonly teamId: string;
  readonly isCaller: boolean;
  readonly canRemove: boolean;
  readonly done: () => void;
}) {
  const { teamId, isCaller, canRemove, done } = props;
  const { userId, displayName } = unmask(Member, props.member);
  const action = useAction(RemoveMember, (data) => data.removeTeamMember);
  const name = displayName ?? 'Without a name';
  return (
    <li>
      <span className="main">{name}</span>
      {isCaller && <span className="badge">You</span>}
      {canRemove && !isCaller && (
        <ActionButton
          action={action}
          variables={{ input: { teamId, userId } }}
          done={done}
          label="Remove"
          name={`Remove ${name}`}
          confirm="Really remove?"
        />
      )}
      <Outcome of={action} />
    </li>
  );
}
