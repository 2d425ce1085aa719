import type { Listing } from "../model/Listing";
import { listFailure } from "../../moderation/failures";

interface ListStateProps<Item> {
  readonly listing: Listing<Item>;
  /** What is said where the list has nothing. */
  readonly empty: string;
}

/** What comes below a list: that it is loading, empty, broken, or goes on. */
export function ListState<Item>({ listing, empty }: ListStateProps<Item>) {
  const items = listing.items.value;
  const error = listing.error.value;
  return (
    <div class="list-state">
      <p role="status">
        {items === null && error === null && "Just a moment …"}
        {items?.length === 0 && empty}
      </p>
      {error !== null && (
        <p class="failure poll-banner" role="alert">
          <span>{listFailure(error)}</span>
          <button type="button" class="button button-small" onClick={() => void listing.refresh()}>
            Try again
          </button>
        </p>
      )}
      {listing.hasMore.value && (
        <button
          type="button"
          class="button"
          disabled={listing.isBusy.value}
          onClick={() => void listing.more()}
        >
          {listing.isBusy.value ? "Just a moment …" : "Show older ones"}
        </button>
      )}
    </div>
  );
}
