from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ModelViewSet

from notes.models import Note


class NoteSerializer(ModelSerializer):
    class Meta:
        model = Note
        fields = ["id", "title", "text", "created_at"]
        read_only_fields = ["id", "created_at"]


class NoteViewSet(ModelViewSet):
    queryset = Note.objects.all()
    serializer_class = NoteSerializer
